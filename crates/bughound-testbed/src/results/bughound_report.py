"""Reports what each test did: a line of JSON for each phase, to file descriptor 3.

Loaded by `-p`, under a name that holds the nonce so that nothing in the tree can stand for it. The descriptor is
moved out of the way and is not inherited, so that neither tests nor what they start write there by chance. Without
such a pipe (a pytest that a test starts, a worker of xdist) it does nothing.
"""

import fcntl
import json
import os
import stat

NONCE = "@NONCE@"


class Reporter:
    def __init__(self, pipe):
        self.pipe = pipe
        self.n = 0
        self.status = None

    def record(self, **fields):
        fields = {"nonce": NONCE, "n": self.n, **fields}
        self.n += 1
        line = json.dumps(fields) + "\n"
        data = line.encode()
        while data:
            data = data[os.write(self.pipe, data):]

    def pytest_runtest_logstart(self, nodeid, location):
        self.record(what="start", id=nodeid)

    def pytest_runtest_logreport(self, report):
        self.record(
            what="phase",
            id=report.nodeid,
            phase=report.when,
            outcome=report.outcome,
            expected=hasattr(report, "wasxfail"),
        )

    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            self.record(what="phase", id=report.nodeid, phase="collect", outcome=report.outcome)

    def pytest_sessionfinish(self, session, exitstatus):
        self.status = int(exitstatus)

    def pytest_unconfigure(self, config):
        self.record(what="end", status=self.status)


def pytest_configure(config):
    hide()
    if hasattr(config, "workerinput"):
        return
    try:
        if not stat.S_ISFIFO(os.fstat(3).st_mode):
            return
        pipe = fcntl.fcntl(3, fcntl.F_DUPFD_CLOEXEC, 100)
        os.close(3)
    except OSError:
        return
    reporter = Reporter(pipe)
    reporter.record(what="begin")
    config.pluginmanager.register(reporter, "bughound-reporter")


def hide():
    """A pytest that a test starts does not need us."""
    options = os.environ.get("PYTEST_ADDOPTS", "")
    os.environ["PYTEST_ADDOPTS"] = options.replace("-p bughound_report_" + NONCE, "").strip()
