"""Finds a function's handler by its name."""

import importlib
import traceback
from collections.abc import Callable
from typing import Any

from slipway_function.faults import RuntimeFault, user_trace

Handler = Callable[[Any, Any], Any]


def load_handler(name: str) -> Handler:
    """Import the handler `path/module.function`; folders may be separated by slashes or dots.

    Raises:
        RuntimeFault: under the name and with the sentence that Lambda has for it.
    """
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFault("MalformedHandlerName", f"Bad handler '{name}': {error}") from error
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        trace = user_trace(error.__traceback__)
        message = f"Unable to import module '{module_name}': {error}"
        raise RuntimeFault("ImportModuleError", message, trace) from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").rstrip()}\n']
        message = f"Syntax error in module '{module_name}': {error}"
        raise RuntimeFault("UserCodeSyntaxError", message, trace) from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError as error:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise RuntimeFault("HandlerNotFound", message, traceback.format_list([])) from error
    return handler
