"""FastAPI on uvicorn, as its tutorial writes it, with Debian's packages (pydantic 1)."""

import os
from typing import List, Optional

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, Field, conint, constr

SECRET = os.environ["BENCH_SECRET"]
PORT = int(os.environ["PORT"])

app = FastAPI()
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")


class User(BaseModel):
    name: str
    email: str
    full_name: str
    disabled: bool


class UserInDB(User):
    hashed_password: str


class Address(BaseModel):
    street: constr(max_length=100)
    city: constr(max_length=100)
    zip: constr(regex=r"^\d{5}$")
    country: constr(min_length=2, max_length=2)


class Line(BaseModel):
    sku: constr(max_length=20)
    amount: conint(ge=1)


class NewOrder(BaseModel):
    title: constr(min_length=1, max_length=200)
    description: constr(max_length=1000)
    email: constr(regex=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    price: float = Field(ge=0)
    quantity: conint(ge=1, le=1000)
    express: bool
    tags: List[constr(min_length=1, max_length=40)] = Field(max_items=20)
    address: Address
    lines: List[Line] = Field(max_items=50)


class Order(BaseModel):
    id: int
    title: str
    price: float
    quantity: int
    tags: List[str]
    city: str


users = {
    f"user{i}": UserInDB(
        name=f"user{i}",
        email=f"user{i}@example.com",
        full_name=f"User Number {i}",
        disabled=False,
        hashed_password="not to leave",
    )
    for i in range(100)
}


async def get_current_user(token: str = Depends(oauth2_scheme)):
    error = HTTPException(401, "Could not validate credentials", headers={"WWW-Authenticate": "Bearer"})
    try:
        payload = jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.PyJWTError:
        raise error
    user = users.get(payload.get("sub"))
    if user is None:
        raise error
    return user


@app.get("/users/me", response_model=User)
async def read_users_me(user: UserInDB = Depends(get_current_user)):
    return user


@app.get("/items/{id}")
async def read_item(id: int, q: Optional[str] = None):
    return {"id": id, "q": q}


@app.post("/orders", response_model=Order, status_code=201)
async def create_order(order: NewOrder):
    return {
        "id": 1,
        "title": order.title,
        "price": order.price,
        "quantity": order.quantity,
        "tags": order.tags,
        "city": order.address.city,
        "margin": 0.4,
        "internalNote": "for us alone",
    }


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False)
