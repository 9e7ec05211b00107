"""Lua as Argo CD runs it: version 5.1, with the basic library, tables and the time, and with no other."""

from lupa.lua51 import LuaRuntime, lua_type

KEPT = {"table", "os", "package", "require"}
LIBRARIES = {"string", "math", "io", "debug", "coroutine", "bit", "jit", "dofile", "loadfile", "python"} - KEPT


def to_lua(lua, value):
    if isinstance(value, dict):
        return lua.table_from({name: to_lua(lua, each) for name, each in value.items() if each is not None})
    if isinstance(value, list):
        return lua.table_from([to_lua(lua, each) for each in value])
    return value


def from_lua(value):
    if lua_type(value) == "table":
        return {name: from_lua(each) for name, each in value.items()}
    return value


def run(script, resource):
    """What a script returns for a resource, which it finds under the name `obj`."""
    lua = LuaRuntime(unpack_returned_tuples=True)
    names = lua.globals()
    for name in LIBRARIES:
        names[name] = None
    names.os = lua.table_from({"date": names.os.date, "time": names.os.time})
    names.package.loaded.os = names.os
    names.obj = to_lua(lua, resource)
    return from_lua(lua.execute(script))
