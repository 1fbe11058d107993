"""Apple's bodies as typed values, one module for each kind of answer; `read.read` gets them from text.

The structs follow the wire where it differs from Apple's OpenAPI specification: ``referenceVersions`` and
``percentageBreakdown`` come as lists, line numbers as text or as numbers, attributes as null. Enumerations
are plain strings, so that a value that is new to us survives. What would hide something stays strict:
``productData`` and ``data`` must be there and be lists, and a measured value must be a number.

Numbers keep Apple's units and nothing is interpreted here; `gate.appstore.decode` does that.
"""
