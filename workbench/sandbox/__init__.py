"""Where code of a person runs: it sees the system's programs, one folder of its own, and nothing else.

box          the description of one sandbox: its folder, its sockets, its limits
inside       what a process sees and may do in a box; `/workspace` is the box's folder there
launcher     the first process inside: it puts the limits on and then becomes the person's code
watchdog     measures the group from outside and ends it where limits of single processes do not reach
provisioner  starts Jupyter's kernels in boxes
"""
