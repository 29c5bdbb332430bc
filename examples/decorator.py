"""A function behind the guard: what it gets and what it returns is protected and recorded.

Run it with ``python examples/decorator.py``; it keeps its keys and its log in ``./sumun-data``.
"""

from sumun.integrations.security import secure_tool


@secure_tool(pii_policy="mask")
def greet(name: str, email: str, user_id: str) -> dict[str, str]:
    print("the function sees", email)
    return {"greeting": f"Hello {name}, we write to {email}", "from": user_id}


print("the caller gets", greet("Kim", "kim@example.com", user_id="u1"))
