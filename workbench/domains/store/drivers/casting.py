"""Values of every Arrow type as the types that the store keeps, without loss."""

from __future__ import annotations

import uuid

import pyarrow as pa
import pyarrow.compute as pc


def is_list(kind: pa.DataType) -> bool:
    """Whether a type is one of the five kinds of list."""
    tests = ("is_list", "is_large_list", "is_fixed_size_list", "is_list_view", "is_large_list_view")
    return any(getattr(pa.types, test)(kind) for test in tests)


def cast(values: pa.Array, wanted: pa.DataType) -> pa.Array:  # noqa: C901, PLR0911 - one line a kind of type
    """Values as `wanted`, a type that the store keeps.

    Raises:
        pyarrow.ArrowInvalid: a value does not fit.
    """
    kind = values.type
    if kind == wanted:
        return values
    if isinstance(kind, pa.BaseExtensionType):
        return _unwrapped(values, wanted)
    if pa.types.is_run_end_encoded(kind):
        return cast(pc.run_end_decode(values), wanted)
    if pa.types.is_dictionary(kind):
        return cast(values.dictionary_decode(), wanted)
    if pa.types.is_duration(kind) and wanted == pa.int64():
        return values.cast(pa.duration("us")).view(pa.int64())
    if pa.types.is_float16(kind):
        return cast(values.cast(pa.float32()), wanted)
    if pa.types.is_struct(wanted) and pa.types.is_struct(kind):
        inner = [cast(part, field.type) for part, field in zip(values.flatten(), wanted, strict=True)]
        return pa.StructArray.from_arrays(inner, fields=list(wanted), mask=values.is_null())
    if pa.types.is_map(wanted) and pa.types.is_map(kind):
        return _cast_map(values, wanted)
    if pa.types.is_list(wanted) and is_list(kind):
        return _cast_list(values, wanted)
    return values.cast(wanted)


def _unwrapped(values: pa.ExtensionArray, wanted: pa.DataType) -> pa.Array:
    if values.type.extension_name == "arrow.uuid":
        texts = [None if value is None else str(uuid.UUID(bytes=value)) for value in values.storage.to_pylist()]
        return pa.array(texts, wanted)
    if values.type.extension_name == "arrow.bool8":
        return pc.not_equal(values.storage, pa.scalar(0, pa.int8()))
    return cast(values.storage, wanted)


def _cast_list(values: pa.Array, wanted: pa.ListType) -> pa.Array:
    items = cast(values.flatten(), wanted.value_type)  # flatten passes over what nulls and slices hide
    ends = pc.cumulative_sum(pc.fill_null(pc.list_value_length(values), 0)).cast(pa.int32())
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    return pa.ListArray.from_arrays(offsets, items, type=wanted, mask=values.is_null())


def _cast_map(values: pa.MapArray, wanted: pa.MapType) -> pa.Array:
    start, stop = values.offsets[0].as_py(), values.offsets[-1].as_py()
    keys = cast(values.keys[start:stop], wanted.key_type)
    items = cast(values.items[start:stop], wanted.item_type)
    offsets = pc.subtract(values.offsets, pa.scalar(start, pa.int32()))
    return pa.MapArray.from_arrays(offsets, keys, items, type=wanted, mask=values.is_null())
