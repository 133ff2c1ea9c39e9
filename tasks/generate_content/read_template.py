from magicai.brain.steps import StepRun, step
from magicai.content.content_types import template_of
from magicai.content.generate_content import GenerateContent
from magicai.content.template import Template
from magicai.content.voices import template_in_voice
from magicai.ports import Records


@step(provides="template", retries=1)
async def read_template(run: StepRun, request: GenerateContent, *, records: Records) -> Template:
    """Read the template of the content type and the voice, as they are now."""
    template = await template_of(records, request.content_type, request.language, owner_id=run.owner_id)
    return await template_in_voice(
        records.entities, template, request.voice, language=request.language, owner_id=run.owner_id
    )
