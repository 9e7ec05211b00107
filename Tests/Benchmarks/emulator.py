"""The emulated Azure Data Explorer in discard mode: uploads are kept unread while the clock runs, and counted later."""

from adx import EmulatorProcess
from processes import RunError

DATABASE = "bench"


class Emulator(EmulatorProcess):
    """A running emulator."""

    def __init__(self, children, executable, folder, commands):
        super().__init__(children, executable, folder, DATABASE, commands, ["--discard"])

    def count(self, table, timeout=900):
        """Unpacks, counts and deletes what was uploaded since the last count; returns the table's figures."""
        outcome = self.ask("POST", f"{self.control_url}/count", timeout=timeout)
        tables = outcome["tables"]
        others = [name for name in tables if name != f"{DATABASE}.{table}"]
        if others:
            raise RunError(f"rows went to tables that nobody named: {', '.join(others)}")
        return tables.get(f"{DATABASE}.{table}", {"rows": 0})
