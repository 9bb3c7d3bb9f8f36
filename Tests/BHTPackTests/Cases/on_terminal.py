"""Runs a command on a terminal of its own and prints what that was sent, control characters as ^[ and
the like, then the exit code.

Usage: on_terminal.py COLUMNSxLINES [--screen yes] [--wait TEXT] [--type KEYS] [--signal NAME] -- COMMAND...
--screen yes      prints what is to be seen in the end instead of what was sent
--wait TEXT       goes on with what follows only when TEXT was shown
--type KEYS       types KEYS
--signal NAME     sends a signal to the command's process
"""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

split = sys.argv.index("--")
(size, *steps), command = sys.argv[1:split], sys.argv[split + 1:]
columns, lines = map(int, size.split("x"))
child, terminal = pty.fork()
if child == 0:
    # As the size of the terminal is set only now, the command waits for it.
    os.read(0, 1)
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
settings = termios.tcgetattr(terminal)
settings[3] &= ~termios.ECHO
termios.tcsetattr(terminal, termios.TCSANOW, settings)
os.write(terminal, b"\n")
shown = b""
steps = list(zip(steps[::2], steps[1::2]))
is_screen = ("--screen", "yes") in steps
steps = [step for step in steps if step[0] != "--screen"]
end = time.monotonic() + 60
while time.monotonic() < end:
    if steps:
        kind, text = steps[0]
        if kind != "--wait" or text.encode() in shown:
            steps.pop(0)
            if kind == "--type":
                os.write(terminal, text.encode())
            elif kind == "--signal":
                os.kill(child, getattr(signal, "SIG" + text))
            continue
    ready, _, _ = select.select([terminal], [], [], 0.2)
    if not ready:
        continue
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    shown += piece
else:
    os.kill(child, signal.SIGKILL)
    print("the command did not end")
_, status = os.waitpid(child, 0)


def screen(text):
    """What a terminal shows of this: lines that wrap, and what goes over them again."""
    rows, column = [""], 0
    for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.|.", text, re.S):
        if part == "\n":
            rows.append("")
        elif part == "\r":
            column = 0
        elif part == "\x1b[K":
            rows[-1] = rows[-1][:column]
        elif part >= " ":
            if column == columns:
                rows.append("")
                column = 0
            rows[-1] = rows[-1][:column].ljust(column) + part + rows[-1][column + 1:]
            column += 1
    return [row.rstrip() for row in rows if row.strip()]


if is_screen:
    print(*screen(shown.decode(errors="replace")), "exit", sep="\n", end=" ")
    print(os.waitstatus_to_exitcode(status))
    sys.exit()
for line in shown.decode(errors="replace").replace("\r\n", "\n").rstrip("\n").split("\n"):
    print("".join("^" + chr(ord(c) + 64) if ord(c) < 32 else c for c in line))
print("exit", os.waitstatus_to_exitcode(status))
