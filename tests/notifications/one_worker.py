"""`python -m tests.notifications.one_worker`: a worker under the product's own supervisor, and nothing else.

A worker that loses its broker between taking a task and saying that it is done dies of it (kombu asks a connection it
has just let go of), and is started again, as in the product.
"""

import os
import sys

from ops import programs
from ops.children import Child
from ops.place import ROOT
from ops.supervisor import Supervisor

if __name__ == "__main__":
    worker = Child("worker", programs.worker(), ROOT, dict(os.environ))
    sys.exit(Supervisor([worker], is_well=lambda: True, when_well=lambda: None).run())
