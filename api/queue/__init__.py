"""Work in the background, kept in the database by the library procrastinate: declared, put into a queue, and done.

`queued_task` is how a task is declared; `put_task` puts one into the queue, in the caller's own transaction; `worker`
is what a worker process does; `due_times` says when what has a time of day is due.
"""
