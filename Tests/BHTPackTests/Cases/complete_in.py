"""Types command lines into a real shell on a terminal, has each completed, and prints the words it
then has. Usage: complete_in.py bash|zsh|fish LINE..."""
import os, pty, select, sys, time

SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SETUP = {
    "bash": "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; "
            "source <(bhtpack completion bash)",
    "zsh": "bindkey -e; autoload -Uz compinit; compinit -D -u; source <(bhtpack completion zsh)",
    "fish": "bhtpack completion fish | source",
}
shell, lines = sys.argv[1], sys.argv[2:]
os.environ.update(TERM="xterm", HOME=os.getcwd(), COLUMNS="200", LINES="50", PS1="> ")
child, terminal = pty.fork()
if child == 0:
    os.execvp(shell, SHELLS[shell])


def until_quiet(quiet=0.4, patience=10.0):
    """Reads what is shown, until something was and nothing more comes."""
    start, shown = time.monotonic(), b""
    while time.monotonic() - start < patience:
        ready, _, _ = select.select([terminal], [], [], quiet)
        if not ready:
            if shown:
                return
            continue
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            return


def type_in(text, quiet=0.4):
    os.write(terminal, text.encode())
    until_quiet(quiet)


def wait_for(path):
    for _ in range(300):
        if os.path.exists(path):
            return True
        time.sleep(0.1)
    return False


until_quiet()
type_in(SETUP[shell] + "; echo ready > ready\r")
if not wait_for("ready"):
    sys.exit(f"{shell} does not answer")
until_quiet(patience=2)
for number, line in enumerate(lines):
    type_in(line, 0.15)
    type_in("\t")
    # Home, End: the words as the shell would have handed them to the program.
    type_in(f"\x01printf '<%s>' \x05 > words{number}; echo > done{number}\r", 0.15)
    if wait_for(f"done{number}"):
        print(open(f"words{number}").read().replace("<" + lines[0].split()[0] + ">", ""))
os.write(terminal, b"\x03\x04exit\r")
