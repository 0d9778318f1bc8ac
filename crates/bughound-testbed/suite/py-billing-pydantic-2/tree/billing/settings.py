"""Settings, from the environment."""

from decimal import Decimal
from pathlib import Path
from typing import Optional

from pydantic import BaseSettings, Field, validator


class Settings(BaseSettings):
    currency: str = Field("EUR", regex=r"^[A-Z]{3}$")
    tax: Decimal = Decimal("20")
    archive: Optional[Path]

    class Config:
        env_prefix = "billing_"
        allow_mutation = False

    @validator("tax")
    def tax_is_a_percentage(cls, value):
        if not 0 <= value < 100:
            raise ValueError("tax is a percentage")
        return value
