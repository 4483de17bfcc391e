"""The figures of a run: collected from all rounds, with medians, and saved as JSON."""

import datetime
import json
import os
import platform
import statistics
import subprocess


class Results:
    def __init__(self, content=None):
        self.content = content or {"sides": {}}

    @staticmethod
    def load(path):
        with open(path, encoding="utf-8") as file:
            return Results(json.load(file))

    def describe(self, scale, workload, rows):
        """Says what was measured, on which machine, and what else ran."""
        self.content.update(
            {
                "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "scale": scale.name,
                "rounds": scale.rounds,
                "bundles": scale.bundles,
                "indexRows": rows,
                "commit": output(["git", "describe", "--always", "--dirty"]),
                "machine": machine(),
                "loadBefore": os.getloadavg()[0],
                "workload": workload,
            }
        )

    def side(self, name, title):
        return self.content["sides"].setdefault(
            name, {"title": title, "figures": {}, "checks": {}, "notes": [], "skipped": {}}
        )

    def skip(self, name, title, reason):
        self.side(name, title)["skipped"]["everything"] = reason

    def add(self, name, title, lines):
        """Adds what a side wrote in one round."""
        side = self.side(name, title)
        for line in lines:
            entry = json.loads(line)
            if "name" in entry:
                figure = side["figures"].setdefault(entry["name"], {"unit": entry["unit"], "values": []})
                figure["values"].append(entry["value"])
                figure["median"] = statistics.median(figure["values"])
            elif "check" in entry:
                side["checks"].setdefault(entry["check"], []).append(entry["value"])
            elif "note" in entry and entry["note"] not in side["notes"]:
                side["notes"].append(entry["note"])
            elif "skipped" in entry:
                side["skipped"][entry["skipped"]] = entry["reason"]

    def value(self, side, name):
        """The median of a figure, or None."""
        figure = self.content["sides"].get(side, {}).get("figures", {}).get(name)
        return figure["median"] if figure else None

    def disagreements(self):
        """What sides had to agree on and did not, as sentences."""
        values = {}
        for name, side in self.content["sides"].items():
            for check, found in side["checks"].items():
                for value in found:
                    values.setdefault(check, {}).setdefault(value, set()).add(name)
        return [
            f"{check}: " + "; ".join(f"{value} of {', '.join(sorted(names))}" for value, names in found.items())
            for check, found in sorted(values.items())
            if len(found) > 1
        ]

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.content, file, indent=1, ensure_ascii=False)
            file.write("\n")


def output(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine():
    model = platform.processor() or platform.machine()
    memory = 0
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), model)
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    except OSError:
        model = output(["sysctl", "-n", "machdep.cpu.brand_string"]) or model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory": round(memory, 1),
        "system": platform.system(),
    }
