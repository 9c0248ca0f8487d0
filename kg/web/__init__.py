"""`kg serve`: the graph as a service for strangers.

server.py        the process that speaks HTTP; it evaluates and parses nothing that a stranger wrote
pool.py          its side of the workers: jobs, deadlines, fair shares
template.py      the process that holds one generation in memory and forks workers
worker.py        a worker: confined by the kernel, does one job at a time
jobs.py          the table of kinds of jobs; a route asks `Pool.run(Job(kind, parameters), client=address)`
"""
