"""The rules of the business as pure functions: values in, values out, no I/O.

A rule that refuses raises `service.core.errors.Invalid`; one that accepts with a reservation returns `Checked`.
"""
