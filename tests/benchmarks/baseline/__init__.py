"""The same list as a competent team would write it with Strawberry and Tortoise, object by object.

Plain Strawberry types, `prefetch_related` (four statements for any page, no query in a loop), the same tokens and
policy snapshot, the same masks in Python. Documents are parsed and validated once, JSON is made by orjson.
"""
