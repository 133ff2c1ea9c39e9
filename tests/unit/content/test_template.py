import pytest

from magicai.content.content_types import built_in, check_type, content_types
from magicai.content.template import Template, parse_template
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
        (f"{FRONT}variables: {{a: {{items: [{{patternProperties: {{}}}}]}}}}\n---\n", "a has a patternProperties"),
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
        ("{% for a in range(9999999) %}x{% endfor %}", "calls something"),
        ("{{ name.__class__ }}", "__class__"),
        ("{{ name.upper() }}", "calls something"),
        ("{{ cycler.__init__.__globals__ }}", "may not|no variable"),
        ("{{ name | attr('__class__') }}", "filter 'attr'"),
        ("{{ name | center(99999999) }}", "filter 'center'"),
        ("{{ name * 99999999 }}", "mul"),
        ("{{ 9 ** 9 ** 9 }}", "pow"),
        ("{% set a = name ~ name %}", "assign"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "macro|calls"),
        ("{% include '/etc/passwd' %}", "include"),
        ("{% import 'os' as os %}", "import"),
        ("{% for a in parts recursive %}{{ loop(parts) }}{% endfor %}", "calls"),
        ("{% for a in parts %}{% for b in parts %}{% for c in parts %}x{% endfor %}{% endfor %}{% endfor %}", "3 deep"),
        ("{{ parts[name] }}", "only a run would know"),
        ("{{ secret }}", "'secret', which is not a variable"),
        ("{{ name ", r"line \d+: "),
    ],
)
def test_a_body_that_could_read_call_or_never_end_is_refused(body: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        template(body)


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
