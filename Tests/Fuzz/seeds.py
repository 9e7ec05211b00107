#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets whose inputs are text: `python Tests/Fuzz/seeds.py FOLDER`.

Each target gets a folder in FOLDER; README.md beside this file says how a corpus is made of them.
"""

import base64
import itertools
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOGICAL = "org.apache.kafka.connect.data."


def vectors():
    """The values that Kafka Connect was shown, of which each vector has one."""
    with open(os.path.join(ROOT, "ConvertersTests", "Vectors", "records.jsonl")) as file:
        for line in file:
            vector = json.loads(line)
            if vector["value"] is not None:
                yield vector["converter"], base64.b64decode(vector["value"])


def json_row():
    texts = [
        '{"a":1,"b":[true,null,-0.5e+1],"c":{"d":"x\\n\\u00e9é"}}', '[{"a":[1]},{},{"b":{"c":[]}}]', "", " \r\n",
        '"{\\"a\\":[1,\\"\\\\u00e9\\"]}"', ' "[{},{\\"k\\":\\"v\\"}]" ', "5", '"x"', "[1,{}]", "\ufeff{}", '"\\ufeff{}"',
        "null", '"null"', "[]", '""', '"\\""', '"5"', '{"a":\r\n1e400}\n', 'a,"b,""c"",d",e\n', 'a,"b', '"a"b,"c"\r\n"d"',
        "true", "[[{}]]", "{" * 3, '{"a":"x', '{"a":1} {}', "a" * 20 + "\n", "aé€😀" * 3, "plain text, twenty bytes",
        '{"a":' * 1100, '"\\ud83d\\ude00"', "1.50", '{"long":"' + "x" * 70 + '\\t"}',
    ]
    yield from (text.encode() for text in texts)
    yield from (text.encode(charset) for text in texts for charset in ("utf-16", "utf-16-be"))
    yield from (bytes([byte]) + b"abcdefgh" for byte in range(0x80, 0x100, 3))
    # Characters that are cut, overlong, surrogates, or above the last one.
    for text in ("e0a0", "e080", "eda080", "ee8080", "f09080", "f0808080", "f4908080", "f1", "c3", "c0af", "f48fbfbf", "f1808080"):
        yield bytes.fromhex(text)
        yield b"abcdefgh" + bytes.fromhex(text) + b"z"
    for text in ("d83dde00", "d83d0041", "de000041", "0041d83d", "004100", "fffe4100", "feff0041"):
        yield bytes.fromhex(text)


def envelope():
    names = ["boolean", "int8", "int16", "int32", "int64", "float", "double", "string", "bytes"]
    values = [
        "1", "-128", "1.0", "12e-1", "1e2", "0", "-0", "300", "9223372036854775807", "-9223372036854775808", "1e400",
        "123456789.125", "0.1", '"x\\u00e9"', '"AP8="', '"A\\nP8="', '"AB=="', '"*"', '"NaN"', '"-Infinity"', "true",
        "null", "[]", "{}", "1" * 310, "0." + "0" * 30 + "1", "100000000000000000000", "77777777777777777777",
        "1E+2", "-1e18", "0e99999999999",
    ]
    schemas = [{"type": name} for name in names]
    decimal = {"type": "bytes", "name": f"{LOGICAL}Decimal", "parameters": {"scale": "2"}}
    schemas += [
        {"type": "int32", "name": f"{LOGICAL}Date"}, {"type": "int32", "name": f"{LOGICAL}Time"},
        {"type": "int64", "name": f"{LOGICAL}Timestamp"}, decimal, {"type": "bytes", "name": f"{LOGICAL}Decimal"},
        {"type": "bytes", "name": f"{LOGICAL}Decimal", "parameters": {"scale": "-1"}},
    ]
    for schema, value in itertools.product(schemas, values):
        struct = {"type": "struct", "fields": [{"field": "a", **schema}]}
        yield f'{{"schema":{json.dumps(struct)},"payload":{{"a":{value}}}}}'
    fields = [
        {"field": "a", "type": "int32", "default": 7}, {"field": "é\"", "type": "string", "optional": True},
        {"field": "d", **decimal, "optional": True, "default": 1.25},
        {"field": "m", "type": "map", "keys": {"type": "string"}, "values": {"type": "float"}, "optional": True},
        {"field": "l", "type": "array", "items": {"type": "struct", "fields": [{"field": "b", "type": "bytes"}]},
         "optional": True},
        {"field": "p", "type": "map", "keys": {"type": "int8"}, "values": {"type": "boolean"}, "optional": True},
        {"field": "s", "type": "struct", "optional": True, "fields": [{"field": "x", "type": "int8", "default": 1}],
         "default": {"x": 1}},
    ]
    struct = {"type": "struct", "fields": fields}
    payloads = [
        '{"a":-1,"m":{"k":1.25e1},"l":[{"b":"AP8="},{"b":""}],"p":[[1,true]]}', '{"d":"MDk=","a":1.0,"l":[],"m":{}}',
        '{"\\u0061":1,"é\\"":"x","p":[],"zz":[{"x":"]}"}]}', "null", "{}", '{"a":1,"a":2,"s":null}', "[]", "1",
        '{"a":1,"é\\"":null,"d":-12.50,"m":null,"l":[1]}', '{"p":[[1]]}', '{"p":[[]]}', '{"p":[1]}', '{"p":[[1,true,2]]}',
        '{"l":{}}', '{"m":[]}', '{"p":{}}', '{"s":[]}', '{"m":{"k":"x"}}', '{"l":[{}]}', '{"p":[[300,true]]}',
        '{"p":[[1,2]]}',
    ]
    for payload in payloads:
        yield f'{{"schema":{json.dumps(struct)},"payload":{payload}}}'
        yield f' {{"payload" : {payload} , "schem\\u0061":{json.dumps(struct)} }}\r\n'
    roots = [
        ({"type": "string"}, ['"{\\"x\\":\\n1}"', '"text"', '""', "1", "null"]),
        ({"type": "string", "optional": True}, ["null", '"5"']), ({"type": "string", "default": "d"}, ["null"]),
        ({"type": "bytes"}, ['"eyJ4IjoxfQ=="', '"eHk="', '"*"', '""', "2", '"e30"', '"e3=="', '"e=30"', '"eHk= "']),
        ({"type": "array", "items": {"type": "int32"}}, ["[1]", "[]", "[1,null]", "{}"]),
        ({"type": "array", "items": struct}, ['[{"a":1},{}]', "[]", "[null]", "{}", "[1]"]),
        ({"type": "array", "items": {"type": "struct", "fields": [], "default": {}}}, ["[null,{}]"]),
        ({"type": "map", "keys": {"type": "string"}, "values": {"type": "int8"}}, ['{"x":1,"\\u0079":2}', "{}", "[]"]),
        ({"type": "map", "keys": {"type": "int8"}, "values": {"type": "string"}}, ['[[1,"x"],[2,"y"]]', "[]", "{}"]),
        ({**struct, "default": {"a": 3}}, ["null"]), ({"type": "int32", "optional": True}, ["null", "5"]),
        ({"type": "boolean"}, ["true"]), (decimal, ["1.25", '"MDk="', '""']),
        (None, ['{"x":[1.50]}', "1", "null", '"x"', '""', "[{}]", '"{}"', "[ 1,\n2 ]"]),
    ]
    for schema, payloads in roots:
        for payload in payloads:
            yield f'{{"schema":{json.dumps(schema)},"payload":{payload}}}'
    wrong = [
        "1", "{}", '{"type":"uuid"}', '{"type":1}', '{"type":"array"}', '{"type":"array","items":null}',
        '{"type":"map","values":{"type":"int8"}}', '{"type":"map","keys":{"type":"string"}}', '{"type":"struct"}',
        '{"type":"struct","fields":[{"type":"int8"}]}', '{"type":"struct","fields":[{"field":"a","type":"x"}]}',
        '{"type":"struct","fields":[{"field":"a","type":"int8"},{"field":"a","type":"int8"}]}',
        '{"type":"int8","default":300}', '{"type":"int8","default":null}', '{"type":"int8","parameters":{"a":1}}',
        '{"type":"bytes","name":"%sDecimal","parameters":{"scale":"x"}}' % LOGICAL,
        '{"type":"bytes","name":"%sDecimal","parameters":{"scale":"99999999"}}' % LOGICAL,
        '{"type":"string","default":"%s"}' % ("\\u0001" * 90), '{"type":"array","items":' * 300,
        '{"type":"array","items":' * 300 + '{"type":"int8"}' + "}" * 300,
    ]
    yield from (f'{{"schema":{schema},"payload":{{}}}}' for schema in wrong)
    yield from ("", " ", "1", "[]", "{}", "null", '{"schema":null}', '{"payload":1}', '{"a":1}', "{", "x" * 300)
    yield from ('{"schema":null,"payload":{},"x":1}', '\ufeff{"schema":null,"payload":{}}')
    # So many names that places are taken, in an order that nothing expects, and some that are no field's.
    many = [{"field": f"f{index}", "type": "int8", "optional": True} for index in range(70)]
    members = ",".join(f'"{"g" if index % 3 else "f"}{index}":{index}' for index in reversed(range(70)))
    yield f'{{"schema":{json.dumps({"type": "struct", "fields": many})},"payload":{{{members}}}}}'
    # Decimals with more digits than there may be, and with more bytes.
    for value in ("1" * 1100, "1e2000", "1e-3", "-1.5e1", '"%s"' % ("QUJD" * 400), "-0.01", "-2.56", "0.00"):
        yield f'{{"schema":{json.dumps({"type": "struct", "fields": [{"field": "a", **decimal}]})},"payload":{{"a":{value}}}}}'


def wire_format():
    number, guid = b"\0\0\0\0\x07", b"\1" + bytes(range(16))
    indexes = [
        b"", b"\0", b"\2\0", b"\4\2\4", b"\2\x80\1", b"\2\1", b"\1", b"\x80", b"\xff\xff\xff\xff\x0f", b"\2",
        b"\xff\xff\xff\xff\x1f", b"\x10" + b"\0" * 8, b"\x12" + b"\2" * 9, b"\x40" + b"\0" * 32, b"\x42" + b"\0" * 33,
        b"\x80\0", b"\2\x80\x80\x80\x80\x80\0", b"\x0e" + b"\2" * 7, b"\2\xfe\xff\xff\xff\x0f",
    ]
    for prefix, path in itertools.product((number, guid, b"\2", b"", b"\0\0", b"\1\0"), indexes):
        yield b"\xff" + prefix + path
        yield bytes([len(prefix + path)]) + prefix + path + b"data"


def mapping():
    yield from (
        "[{'topic':'a','db':\"d\",'table':'t','streaming':true}]", "", "[]", "{}", "[1]", "[{}]", "[{'topic':'*'}]",
        '[{"topic":"a.b-c_D1","db":"d","table":"t","format":"MultiJSON","mapping":"m","streaming":"false"}]',
        "[{'topic':'a','db':'d','table':'t'},{'topic':'a','db':'d','table':'t'},{'topic':'*','db':'d','table':'t'}]",
        "[{'topic':'a','db':'d','table':'t','format':'json','streaming':'true'}]", "[{'topic':'..','db':1,'table':null}]",
        "[{'topic':'a','db':'d;x','table':'t','format':'x','mapping':[],'streaming':1,'other':2}]", "[{'a':'\\'\"\\n\\",
        "[{'topic':'a','db':'d','table':'t','format':'','mapping':'','streaming':null}]", "[{'topic':'%s'}]" % ("a" * 250),
        "[{'topic':'a','db':'d','table':'t','format':'avro','mapping':'m','streaming':true}]", "[null, 'x']",
        '[{"topic":"a","db":"\\u0064","table":"t\'","format":1}]', "[{'topic':'a b','db':'d','table':'t'}]",
        "[{'topic':'a','db':'d','table':'t','streaming':false}]", "[{'topic':1,'db':'','table':''}]", "'\\",
    )


def jaas():
    yield from (
        "a.B required username=\"u\" password='s3cret';", 'a.B REQUIRED x="a\\"b\\\\c\\n\\101\\a\\b\\f\\r\\t\\v\\q" y=\'"\';', "",
        "a.B optional // all of it\n x=w1-2.z /* and */ y=$_q ; ", "\n a.B\n sufficient\n;", "a.B", "a.B s3cret;",
        'a.B requisite user="ключ ${x}";', "a.B required user", "a.B required user=;", 'a.B required user="u"', "a.B required user s3cret;",
        "a.B required; c.D required;", "a.B required password=1s3cret;", "a.B required keyTab=/etc/s3cret;", "=", ";", "a.B ;",
        'a.B required password="s3cret', "a.B required /* s3cret", "a.B required password=#s3cret;", "a.B required =;", "/",
        'a.B required a="\\377\\400\\47\\9" b="\\', "a.B required password=my s3cret;", 'a.B required password="a"s3cret;', "a.B required -1;",
        "a.B required password=s3cret", 'a.B required x="a\nb";', "a.B required x=y z;",
    )


def properties():
    yield from (
        "a\\u00e9 = b\\\n  c:d\n# x\nk\\=1:v\\\\\r\nz", "", "a=b", "a b\nc:d\ne", "! x\n\n \t\f\n=\n:v\n", "a=\\t\\n\\f\\r\\q\\ud83d\\ude00",
        "a=\\u12", "a=\\uzzzz", "a=\\ud800", "\\", "a\\", "a=b\\\n\\\n\n", "a\\ b\\:c\\==\\ d e", "\\#a=#b\n\\!c=!d", "a=é\u2028😀",
        "a = b\r c\\\r\n d", "a=\t b\f", "name=${file:/x:y}", "a\tb", "a\fb", "x=1\nx=2\n", "\\u0061\\u003d=v",
    )


def main(folder):
    makers = {
        "envelope": envelope, "jaas": jaas, "json-row": json_row, "mapping": mapping, "properties": properties,
        "wire-format": wire_format,
    }
    inputs = {name: list(make()) for name, make in makers.items()}
    for converter, value in vectors():
        inputs["envelope" if converter == "json-schema" else "json-row"].append(value)
    for name, values in inputs.items():
        target = os.path.join(folder, name)
        os.makedirs(target, exist_ok=True)
        for index, value in enumerate(values):
            with open(os.path.join(target, f"{index:04}"), "wb") as file:
                file.write(value if isinstance(value, bytes) else value.encode())


if __name__ == "__main__":
    main(sys.argv[1])
