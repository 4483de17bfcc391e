import Foundation
import Testing

@testable import AvowCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A terminal whose other end is the test.
private final class PseudoTerminal: Sendable {
    let controller: Int32
    let device: Int32
    let path: String

    init() throws {
        var controller: Int32 = -1
        var device: Int32 = -1
        // Both descriptors are filled or the call fails; the settings are left to the system.
        try #require(unsafe openpty(&controller, &device, nil, nil, nil) == 0)
        self.controller = controller
        // Held open, so that the terminal does not hang up between two questions.
        self.device = device
        // The name is copied before another call can overwrite it.
        path = unsafe String(cString: ttyname(device))
    }

    deinit {
        close(device)
        close(controller)
    }

    var echoes: Bool {
        var attributes = termios()
        // Filled whole or the call fails.
        return unsafe tcgetattr(device, &attributes) == 0 && attributes.c_lflag & tcflag_t(ECHO | ICANON) != 0
    }

    func type(_ bytes: [UInt8]) {
        // The buffer outlives the call.
        let count = unsafe bytes.withUnsafeBytes { unsafe write(controller, $0.baseAddress, $0.count) }
        #expect(count == bytes.count)
    }

    /// What the terminal shows, up to and with the text that is waited for.
    func screen(until text: String) -> String {
        var shown: [UInt8] = []
        while !shown.reversed().starts(with: text.utf8.reversed()) {
            var byte: UInt8 = 0
            // One byte into one byte.
            guard unsafe read(controller, &byte, 1) == 1 else { break }
            shown.append(byte)
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// Asks in a thread of its own, so that the test can answer.
    func ask(isNew: Bool = false) -> Answer {
        let answer = Answer()
        let path = path
        Thread.detachNewThread {
            let reader = PassphraseReader(environment: [:], path: path)
            answer.set(
                Result { () throws(PassphraseError) in try reader.read(prompt: "Passphrase", isNew: isNew) })
        }
        return answer
    }
}

/// A result that another thread will have.
private final class Answer: Sendable {
    private let stream = AsyncStream<Result<[UInt8], PassphraseError>>.makeStream()

    func set(_ result: Result<[UInt8], PassphraseError>) {
        stream.continuation.yield(result)
    }

    var value: Result<[UInt8], PassphraseError>? {
        get async { await stream.stream.first { _ in true } }
    }
}

/// The terminal that the handler of the signal test looks at; set before the signal can come.
private nonisolated(unsafe) var watchedTerminal: Int32 = -1

// One question at a time, as in a process: signal handlers are the process's, not a test's.
@Suite(.serialized) struct `A passphrase` {
    @Test func `comes from the environment when it is there`() throws {
        let reader = PassphraseReader(environment: ["AVOW_PASSPHRASE": "grün"], path: "/nowhere")
        #expect(try reader.read(prompt: "Passphrase", isNew: true) == Array("grün".utf8))
    }

    @Test func `must not be empty or endless`() {
        let empty = PassphraseReader(environment: ["AVOW_PASSPHRASE": ""], path: "/nowhere")
        #expect(throws: PassphraseError.empty) { try empty.read(prompt: "Passphrase") }
        let long = String(repeating: "x", count: 1_025)
        let endless = PassphraseReader(environment: ["AVOW_PASSPHRASE": long], path: "/nowhere")
        #expect(throws: PassphraseError.tooLong(limit: 1_024)) { try endless.read(prompt: "Passphrase") }
    }

    @Test(arguments: ["/nowhere/tty", "/dev/null"])
    func `without a terminal is an error that says what to do`(path: String) throws {
        let reader = PassphraseReader(environment: [:], path: path)
        let error = #expect(throws: PassphraseError.self) { try reader.read(prompt: "Passphrase") }
        let text = try #require(error).description
        #expect(text.contains(path) && text.contains("AVOW_PASSPHRASE"))
    }

    @Test func `is read at the terminal without being shown`() async throws {
        let terminal = try PseudoTerminal()
        let answer = terminal.ask()
        #expect(terminal.screen(until: "Passphrase: ") == "Passphrase: ")
        #expect(!terminal.echoes)
        terminal.type(Array("gehexm".utf8) + [0x7f] + Array("i霧".utf8) + [0x08] + Array("m\n".utf8))
        #expect(await answer.value == .success(Array("gehexim".utf8)))
        #expect(terminal.screen(until: "\n") == "\r\n")
        #expect(terminal.echoes)
    }

    @Test func `is asked for twice when it is new`() async throws {
        let terminal = try PseudoTerminal()
        for (second, result) in [
            ("one two", .success(Array("one two".utf8))), ("one too", .failure(.mismatch)),
        ] as [(String, Result<[UInt8], PassphraseError>)] {
            let answer = terminal.ask(isNew: true)
            _ = terminal.screen(until: "Passphrase: ")
            terminal.type(Array("one two\n".utf8))
            _ = terminal.screen(until: "again: ")
            terminal.type(Array((second + "\n").utf8))
            #expect(await answer.value == result)
            #expect(terminal.echoes)
        }
    }

    @Test func `can be declined`() async throws {
        let terminal = try PseudoTerminal()
        let answer = terminal.ask()
        _ = terminal.screen(until: "Passphrase: ")
        terminal.type([0x04])
        #expect(await answer.value == .failure(.cancelled))
        #expect(terminal.echoes)
    }

    @Test func `leaves the terminal as it was when a signal ends the process`() async {
        await #expect(processExitsWith: .exitCode(42)) {
            let terminal = try PseudoTerminal()
            unsafe watchedTerminal = terminal.device
            // Stands for whatever the process does with the signal; it runs after the reader let go.
            signal(SIGTERM) { _ in
                var attributes = termios()
                let isRestored =
                    unsafe tcgetattr(watchedTerminal, &attributes) == 0
                    && attributes.c_lflag & tcflag_t(ECHO) != 0
                _exit(isRestored ? 42 : 43)
            }
            let answer = terminal.ask()
            _ = terminal.screen(until: "Passphrase: ")
            guard !terminal.echoes else { exit(44) }
            kill(getpid(), SIGTERM)
            _ = await answer.value
            // Another thread takes the signal; it needs a moment.
            try await Task.sleep(for: .seconds(10))
            exit(45)
        }
    }

    @Test func `a signal nobody handles ends the process as ever`() async {
        await #expect(processExitsWith: .signal(SIGINT)) {
            let terminal = try PseudoTerminal()
            let answer = terminal.ask()
            _ = terminal.screen(until: "Passphrase: ")
            kill(getpid(), SIGINT)
            _ = await answer.value
            try await Task.sleep(for: .seconds(10))
        }
    }
}

@Suite struct `The line editor` {
    private func edit(_ bytes: [UInt8], limit: Int = 8) -> (bytes: [UInt8], outcome: LineEditor.Outcome) {
        var editor = LineEditor(limit: limit)
        var outcome = LineEditor.Outcome.goesOn
        for byte in bytes where outcome == .goesOn { outcome = editor.accept(byte) }
        return (editor.bytes, outcome)
    }

    @Test func `keeps text and ends at the end of a line`() {
        #expect(edit(Array("ab\ncd".utf8)) == (Array("ab".utf8), .finished))
        #expect(edit(Array("ab\r".utf8)) == (Array("ab".utf8), .finished))
        #expect(edit(Array("ab".utf8) + [0x04]) == (Array("ab".utf8), .finished))
        #expect(edit([0x04]) == ([], .cancelled))
    }

    @Test func `removes whole characters, and the whole line`() {
        #expect(edit(Array("a霧".utf8) + [0x7f]) == (Array("a".utf8), .goesOn))
        #expect(edit([0x7f, 0x08, 0x61]) == (Array("a".utf8), .goesOn))
        #expect(edit(Array("a霧b".utf8) + [0x15, 0x62]) == (Array("b".utf8), .goesOn))
        #expect(edit([0xa0, 0xa1, 0x7f]) == ([], .goesOn))
    }

    @Test func `drops other control characters and refuses what is too long`() {
        #expect(edit([0x61, 0x1b, 0x00, 0x09, 0x62]) == (Array("ab".utf8), .goesOn))
        #expect(edit(Array("123456789".utf8)) == (Array("12345678".utf8), .overflowed))
    }
}
