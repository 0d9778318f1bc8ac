"""What an invoice is."""

from datetime import date
from decimal import Decimal
from typing import Dict, List, Optional

from pydantic import BaseModel, Field, root_validator, validator

from .money import CENT, Money


class Base(BaseModel):
    class Config:
        extra = "forbid"
        anystr_strip_whitespace = True
        allow_population_by_field_name = True
        json_encoders = {Decimal: str}


class Address(Base):
    street: str
    city: str
    country: str = Field("DE", min_length=2, max_length=2)

    @validator("country", pre=True)
    def country_in_capitals(cls, value):
        return value.upper()


class Customer(Base):
    number: int = Field(gt=0, alias="no")
    name: str = Field(min_length=1)
    address: Optional[Address]
    email: Optional[str] = Field(None, regex=r"^[^@\s]+@[^@\s]+$")


class Line(Base):
    text: str
    price: Money
    count: int = Field(1, ge=1)

    @property
    def total(self):
        return Money(self.price * self.count)


class Invoice(Base):
    number: str = Field(alias="no", regex=r"^\d{4}-\d+$")
    issued: date
    due: Optional[date]
    customer: Customer
    lines: List[Line] = Field(min_items=1)
    discounts: Dict[str, Money] = {}

    @validator("lines", each_item=True)
    def no_free_lines(cls, line):
        if line.price == 0:
            raise ValueError("a line costs something")
        return line

    @validator("discounts")
    def discounts_reduce(cls, value, values):
        gross = sum(line.total for line in values.get("lines", []))
        if sum(value.values()) > gross:
            raise ValueError("discounts exceed the total")
        return value

    @root_validator
    def due_after_issued(cls, values):
        issued, due = values.get("issued"), values.get("due")
        if issued and due and due < issued:
            raise ValueError("due before it was issued")
        return values

    @property
    def net(self):
        gross = sum((line.total for line in self.lines), Decimal(0))
        return Money(gross - sum(self.discounts.values()))

    def with_tax(self, percent):
        return Money((self.net * (100 + percent) / 100).quantize(CENT))
