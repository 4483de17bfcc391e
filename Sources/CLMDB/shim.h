#ifndef AVOW_CLMDB_SHIM_H
#define AVOW_CLMDB_SHIM_H

#include <lmdb.h>

#endif
