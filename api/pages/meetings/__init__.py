"""Recording a meeting, the main job: the form, what follows from it, and what can be done to a meeting afterwards."""
