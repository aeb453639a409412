"""Engines execute a notebook, cell by cell, in a kernel of its own.

engine     what papermill hands a notebook to; ours is `papermill --engine workbench-kernel`
job        one execution: limits, hooks, environment; what a worker wants beyond what papermill can say
limits     how long and how much a job may; what is beyond is stopped or cut
stop       a reason to end a job early: first the kernel is interrupted, after a grace it is killed
saver      writes the executed notebook while it grows, whole or not at all, and on a budget of time
"""
