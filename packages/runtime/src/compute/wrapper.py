"""Runs one job's command and leaves a record that outlives whoever started it.

Usage: python wrapper.py FOLDER COMMAND [ARGUMENT …]

The runtime may die while a job runs. So the job's parent is this small process: it takes the folder
(a directory `taken`, made atomically, so that a folder's command runs at most once), writes
`started.json`, and when the command ends `exit.json`, each complete or not at all. The next runtime
reads them. The command gets a session of its own; signals for all of it go to that group.

Only the standard library, and Python 3.8 is enough.
"""

import json
import os
import signal
import subprocess
import sys
import time

ALREADY_TAKEN = 75
CANNOT_WRITE = 74
PATIENCE_S = 1
RECORD_BYTES = 4096


def write_record(folder, name, record):
    path = os.path.join(folder, name)
    with open(path + ".new", "r+" if os.path.exists(path + ".new") else "w", encoding="utf-8") as file:
        json.dump(record, file)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def reserve(folder, name):
    """Takes the space of a record that has to be written when a command has filled the disk."""
    with open(os.path.join(folder, name + ".new"), "w", encoding="utf-8") as file:
        file.write(" " * RECORD_BYTES)


def is_full(folder):
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize < RECORD_BYTES


def process_identity(pid):
    """Tells this process from a later one with the same pid; the runtime computes the same."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return shown.stdout.strip()


def write_at_last(folder, name, record):
    """Writes a record that nobody else can write: when the disk is full, as soon as there is space."""
    while os.path.isdir(folder):
        try:
            write_record(folder, name, record)
            return
        except OSError:
            time.sleep(PATIENCE_S)


def start(folder, command):
    """Starts the command; None, with a line in `stderr`, where there is no such program."""
    with open(os.path.join(folder, "stdout"), "ab") as out, open(os.path.join(folder, "stderr"), "ab") as err:
        try:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        except OSError as error:
            err.write(f"{command[0]}: {error.strerror}\n".encode())
            # Whoever sees the record reads the output to its end.
            err.flush()
            return None


def main():
    folder, command = sys.argv[1], sys.argv[2:]
    try:
        os.mkdir(os.path.join(folder, "taken"))
    except FileExistsError:
        return ALREADY_TAKEN
    except OSError:
        return CANNOT_WRITE
    began = time.time()
    try:
        reserve(folder, "exit.json")
        child = start(folder, command)
    except OSError:
        return CANNOT_WRITE
    if child is None:
        write_at_last(folder, "exit.json", {"code": 127, "signal": None, "ended": time.time()})
        return 0
    signal.signal(signal.SIGTERM, lambda number, _frame: os.killpg(child.pid, number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    record = {
        "wrapper": os.getpid(),
        "identity": process_identity(os.getpid()),
        "group": child.pid,
        "started": began,
    }
    try:
        write_record(folder, "started.json", record)
    except OSError:
        # Nobody could find this command again, so it must not go on.
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return CANNOT_WRITE
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status) if hasattr(os, "waitstatus_to_exitcode") else status >> 8
    # ru_maxrss counts kilobytes on Linux, bytes on macOS.
    peak = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
    write_at_last(
        folder,
        "exit.json",
        {
            "code": child.returncode if child.returncode >= 0 else None,
            "signal": -child.returncode if child.returncode < 0 else None,
            "ended": time.time(),
            "cpuSeconds": usage.ru_utime + usage.ru_stime,
            "peakMemoryBytes": peak,
            "diskFull": is_full(folder),
        },
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
