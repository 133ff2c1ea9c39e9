import re
import tracemalloc
from contextlib import suppress

import pytest

from magicai.content.content_types import built_in, check_type, content_types
from magicai.content.template import Template, parse_template
from magicai.content.template_language import render
from magicai.errors import Invalid

HEAD = "---\nname: note\nlanguage: en\ntitle: Note\nvariables: {name: {type: string}, parts: {type: array}}\n---\n"
FRONT = "---\nname: a\nlanguage: en\ntitle: T\n"
NL = "\n"


def template(body: str) -> Template:
    return parse_template(HEAD + body)


def test_every_content_type_is_there_in_both_languages() -> None:
    assert {(name, language) for name in content_types() for language in ("en", "zh")} == set(built_in())
    assert len(content_types()) >= 10


def test_both_languages_of_a_content_type_take_the_same_variables() -> None:
    for name in content_types():
        english, chinese = (built_in()[name, language] for language in ("en", "zh"))
        assert (english.required, english.needed) == (chinese.required, chinese.needed)
        assert list(english.variables) == list(chinese.variables)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Hello", "no front matter"),
        ("---\nname: [\n---\n", "not valid YAML"),
        ("---\njust words\n---\n", "no fields"),
        ("---\nname: Bad Name\nlanguage: en\ntitle: T\nvariables: {a: {}}\n---\n", "name"),
        ("---\nname: a\nlanguage: fr\ntitle: T\nvariables: {a: {}}\n---\n", "language"),
        ("---\nname: a\nlanguage: en\ntitle: T\nvariables: {a: {type: text}}\n---\n", "schema of a"),
        ("---\nname: a\nlanguage: en\ntitle: T\nvariables: {a: {$ref: 'http://x/y'}}\n---\n", "ref"),
        ("---\nname: a\nlanguage: en\ntitle: T\nvariables: {a-b: {}}\n---\n", "can't be a variable"),
        ("---\nname: a\nlanguage: en\ntitle: T\nvariables: {a: {}}\nrequired: [b]\n---\n", "not a variable"),
        ("---\nname: a\nlanguage: en\ntitle: T\nvariables: {a: {}}\nspeed: 1\n---\n", "speed"),
        # A few lines of aliases are a document of gigabytes, and an expression may take for ever.
        (f"{FRONT}x: &x [a, a]\ny: [*x, *x]\n---\n", "aliases can't be used"),
        (f"{FRONT}variables: {{a: {{type: string, pattern: '^(a+)+$'}}}}\n---\n", "a has a pattern"),
        (f"{FRONT}variables: {{a: {{items: {{patternProperties: {{}}}}}}}}\n---\n", "a.items has a patternProperties"),
        (f"{FRONT}variables: {{a: {{type: array, uniqueItems: true}}}}\n---\n", "a has a uniqueItems"),
        (f"{FRONT}variables: {{a: {{}}}}\nspeed: {'9' * 5_000}\n---\n", "not valid YAML"),
        (f"{FRONT}variables: {{a: {{}}}}\nspeed: 0000-99-99\n---\n", "not valid YAML"),
        (f"{FRONT}variables: {{a: {{}}}}\n---\n{{{{ {'1+' * 12_000}1 }}}}", "nested too deeply"),
        (f"---{NL * 30_000}", "no front matter"),
        ("x" * 50_001, "50001 characters"),
    ],
)
def test_a_template_that_can_t_be_used_is_refused_with_what_is_wrong(source: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        parse_template(source)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{% for a in range(9999999) %}x{% endfor %}", "template_loop_over_expression"),
        ("{{ range(9999999) }}", "template_call_not_allowed"),
        ("{{ name.__class__ }}", "__class__"),
        ("{{ name.upper() }}", "template_call_not_allowed"),
        ("{{ cycler.__init__.__globals__ }}", "template_(call|attribute)_not_allowed"),
        ("{{ name | attr('__class__') }}", "template_filter_unknown"),
        ("{{ name | center(99999999) }}", "template_filter_unknown"),
        ("{{ name * 99999999 }}", "mul"),
        ("{{ 9 ** 9 ** 9 }}", "pow"),
        ("{% set a = name ~ name %}", "assign"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template_(element|call)_not_allowed"),
        ("{% include '/etc/passwd' %}", "include"),
        ("{% import 'os' as os %}", "import"),
        ("{% for a in parts recursive %}{{ loop(parts) }}{% endfor %}", "template_(loop_recursive|call_not_allowed)"),
        ("{% for a in parts %}{% for b in parts %}{% for c in parts %}x{% endfor %}{% endfor %}{% endfor %}", "3 deep"),
        ("{{ parts[name] }}", "template_key_computed"),
        ("{{ secret }}", "template_variable_unknown"),
        ("{{ name ", r"line \d+: "),
        ("{% for a in [name ~ name] %}x{% endfor %}", "template_loop_over_expression"),
        ("{% for a in name | sort %}x{% endfor %}", "template_loop_over_expression"),
        ("{% for a in parts %}{{ loop.cycle }}{% endfor %}", "template_loop_field_unknown"),
        ("{{ either }}", "template_function_not_called"),
        ("{{ either() }}", "template_either_without_texts"),
        ("{{ either(*parts) }}", "template_either_without_texts"),
        ("{% if name %}" * 120 + "{% endif %}" * 120, "nested too deeply"),
        (f"{{{{ [{'name,' * 6_000}] | length }}}}", "expressions and blocks"),
    ],
)
def test_a_body_that_could_read_call_or_never_end_is_refused(body: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        template(body)
    assert re.search(said, f"{refused.value.message.as_json()} {refused.value}")


def rendered(body: str, **variables: object) -> str:
    return render(template(body).body, variables)[0]


LONG = "x" * 20_000
MANY = ["x"] * 2_000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"{{% for a in parts %}}{{{{ [{'name ~ name,' * 1_000}] | length }}}}{{% endfor %}}", "2,000,000 characters"),
        (f"{{{{ [{'name,' * 2_000}] | join(name) | length }}}}", "2,000,000 characters"),
        (f"{{{{ [{'name,' * 2_000}] | listed | length }}}}", "2,000,000 characters"),
        (f"{{{{ [{'name,' * 2_000}] }}}}", "2,000,000 characters"),
        (f"{{% for a in parts %}}{{{{ ({'name + ' * 20}name) | length }}}}{{% endfor %}}", "2,000,000 characters"),
        (
            "{% for a in parts %}{% for b in parts %}{% if name in name %}{% endif %}{% endfor %}{% endfor %}",
            "2,000,000",
        ),
        ("{% for a in parts %}{% for b in parts %}{% endfor %}{% endfor %}", "1,000,000 steps"),
        ("{% for a in name %}{% for b in name %}{% endfor %}{% endfor %}", "over a text, not over a list"),
        ("{% for a in parts %}{{ name }}{% endfor %}", "longer than 100,000 characters"),
        ("{{ 1.5 | round(100000000, 'ceil') }}", "0 to 20 decimals"),
    ],
)
def test_a_template_takes_neither_memory_nor_time_without_limit(body: str, said: str) -> None:
    tracemalloc.start()
    with pytest.raises(Invalid, match=said):
        rendered(body, name=LONG, parts=MANY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80_000_000, f"{peak / 1e6:.0f} MB"


@pytest.mark.parametrize(
    "body",
    [
        *("{{ name.format }}", "{{ name['format'] }}", "{{ parts.append }}", "{{ parts | join(', ', 'format') }}"),
        *("{{ parts | sort(attribute='format') | first }}", "{% for a in parts %}{{ loop }}{% endfor %}"),
        "{{ product.items }}",
    ],
)
def test_what_is_not_data_is_never_printed(body: str) -> None:
    front = HEAD.replace("parts:", "product: {type: object}, parts:")
    source = parse_template(front + body)
    said: tuple[str, ...] = ()
    with suppress(Invalid):
        said = (*render(source.body, {"name": "a", "parts": ["b"], "product": {}})[1],)
    assert said == ()


def test_a_template_reads_fields_items_and_what_a_loop_tells() -> None:
    body = "{% for a in parts %}{{ loop.index }}{{ a.items }}{{ a.none.at_all }}{{ a['sizes'][0] }}{% endfor %}"
    parts = [{"items": "a field", "sizes": [3]}]
    assert render(template(body).body, {"parts": parts})[1] == ["1", "a field", "3"]
    joined = "{{ parts | join(', ', attribute='items') }} {{ name ~ 1 ~ (2 + 3) ~ (1.26 | round(1)) }}"
    assert render(template(joined).body, {"parts": parts, "name": "a"})[1] == ["a field", "a151.3"]


NOT_OFFERED = (
    *("$ref", "$dynamicRef", "$defs", "definitions", "$id", "$schema", "$anchor", "$vocabulary", "$comment"),
    *("dependentSchemas", "dependencies", "dependentRequired", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
    *(
        "pattern",
        "patternProperties",
        "additionalProperties",
        "propertyNames",
        "prefixItems",
        "contains",
        "minContains",
    ),
    *("uniqueItems", "unevaluatedItems", "unevaluatedProperties", "minProperties", "maxProperties", "contentSchema"),
)
PLACES = ("{}", "{{items: {}}}", "{{properties: {{b: {}}}}}", "{{properties: {{properties: {{items: {}}}}}}}")


@pytest.mark.parametrize("keyword", NOT_OFFERED)
@pytest.mark.parametrize("place", PLACES)
def test_a_keyword_that_is_not_offered_is_refused_by_its_name_wherever_it_stands(keyword: str, place: str) -> None:
    schema = place.format(f"{{'{keyword}': {{properties: {{'$ref': 'http://127.0.0.1:9/'}}}}}}")
    with pytest.raises(Invalid, match=rf"schema of a.* has a {re.escape(keyword)}, which it may not\. Leave it out"):
        parse_template(f"{FRONT}variables: {{a: {schema}}}\n---\nx")


@pytest.mark.parametrize("schema", ["{items: true}", "{properties: {b: false}}", "{items: [{type: string}]}"])
def test_a_schema_is_a_map(schema: str) -> None:
    with pytest.raises(Invalid, match="which is not a map"):
        parse_template(f"{FRONT}variables: {{a: {schema}}}\n---\nx")


def test_data_in_a_schema_is_no_schema() -> None:
    schema = "{default: {$ref: a}, enum: [{pattern: b}], const: {$ref: c}}"
    assert parse_template(f"{FRONT}variables: {{a: {schema}}}\n---\nx").variables["a"]["default"] == {"$ref": "a"}


@pytest.mark.parametrize(
    "schema",
    [
        "{type: array, minItems: 8000000}",
        "{type: array, minItems: 1001}",
        "{type: array, minItems: 100, items: {type: array, minItems: 100, items: {type: string}}}",
        "{type: array, minItems: 900, items: {properties: {b: {}, c: {}}}}",
    ],
)
def test_a_schema_asks_for_no_more_items_than_a_sample_may_have(schema: str) -> None:
    with pytest.raises(Invalid, match=r"asks for at least \d+ items"):
        parse_template(f"{FRONT}variables: {{a: {schema}}}\n---\nx")


@pytest.mark.parametrize("schema", ["{enum: []}", "{required: [{a: 1}]}", "{type: [{a: 1}]}"])
def test_a_list_of_a_schema_that_can_t_be_used_is_refused(schema: str) -> None:
    with pytest.raises(Invalid, match="can't be used"):
        parse_template(f"{FRONT}variables: {{a: {schema}}}\n---\nx")


@pytest.mark.parametrize("deep", ["[" * 31, "{a: " * 31])
def test_front_matter_is_not_nested_deeply(deep: str) -> None:
    with pytest.raises(Invalid, match="more than 30 levels are nested"):
        parse_template(f"{FRONT}variables: {{a: {{default: {deep}\n---\nx")


def test_an_unknown_content_type_names_near_ones() -> None:
    with pytest.raises(ValueError, match="Did you mean product-description"):
        check_type("product-descripton")
    assert check_type("own:anything") == "own:anything"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("---\nname: note\nlanguage: [\n---\n", 3),
        ("---\nname: note\nlanguage: en\ntitle: ''\nvariables: {name: {type: string}}\n---\nx", 4),
        ("---\nname: note\nlanguage: en\ntitle: Note\nvariables:\n  name: {type: nonsense}\n---\nx", 6),
        ("---\nname: note\nlanguage: en\ntitle: N\nvariables: {name: {type: string}}\n---\n\nIt is\n{{ other }}.", 9),
        ("---\nname: note\nlanguage: en\ntitle: N\nvariables: {name: {type: string}}\n---\nIt is\n{{ name ", 8),
    ],
)
def test_what_is_wrong_is_said_with_its_line_in_the_file(source: str, line: int) -> None:
    with pytest.raises(Invalid, match=rf"line {line}[: ]"):
        parse_template(source)


def test_a_variable_may_be_called_like_a_keyword() -> None:
    schema = "{type: object, properties: {pattern: {type: string}, uniqueItems: {type: string}}}"
    template = parse_template(f"{FRONT}variables: {{a: {schema}}}\n---\n{{{{ a.pattern }}}}\n")
    assert set(template.variables["a"]["properties"]) == {"pattern", "uniqueItems"}
