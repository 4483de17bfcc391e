/// The command's entry.
@main
struct AvowCommand {
    static func main() {
        OutputStream.error.write("avow: this build has no commands\n")
    }
}
