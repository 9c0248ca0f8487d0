"""Pages for people: what the server answers to whom asks for HTML. They are whole without a script.

A handler (`kg.web.pages.handlers`) turns a request into a job; the other modules do these jobs in a worker and write HTML from
the templates.
"""
