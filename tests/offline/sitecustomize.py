"""No way out: whatever is not on this machine is refused, and written down.

Python runs this file as it starts where its folder is on PYTHONPATH. The plugin beside it puts
it there, so that the kernels, workers and servers that a test starts obey it like the test.
"""

import os
import re
import sys

NOTES = "KARMA_OFFLINE_NOTES"
"""Names the file that every refused address goes into, one a line."""
WHERE = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.getnameinfo": 0,
         "socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0}  # fmt: skip
"""Which argument of what Python tells an auditor names the other side."""
HERE = re.compile(r"|localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?")


def stay(event, args):
    """Refuse to ask for a name, or to connect or send, beyond this machine."""
    if event not in WHERE:
        return
    place = args[WHERE[event]]
    host = place[0] if isinstance(place, tuple) else place if WHERE[event] == 0 else None
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("utf-8", "replace")
    if not isinstance(host, str) or HERE.fullmatch(host.partition("%")[0]):
        return  # a path, a netlink, a socket that is connected already
    if os.environ.get(NOTES):
        with open(os.environ[NOTES], "a", encoding="utf-8") as notes:
            notes.write(f"{host}\n")
    raise OSError(101, f"the tests stay on this machine; {host} was refused ({event})")


sys.addaudithook(stay)
