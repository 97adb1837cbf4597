"""What the models of answers have in common."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Self, cast

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from tidings.messages import Event, EventDate


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True)

    def only(self, names: Iterable[str]) -> Self:
        """The same with these fields alone."""
        kept = {name: getattr(self, name) for name in names}
        return cast(Self, type(self).model_construct(**kept))


class DescribedBy:
    """Describes to readers of the API what is passed on as the index holds it: to read it into the
    model again would take time and change nothing."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(self._model.__pydantic_core_schema__)


class IndexedDate(EventDate):
    """With its first and last day, where the calendar has them."""

    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")


class IndexedEvent(Event):
    date: IndexedDate | None = None


EventAsIndexed = Annotated[dict[str, Any], DescribedBy(IndexedEvent)]
