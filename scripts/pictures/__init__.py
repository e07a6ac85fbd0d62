"""A picture of each processor: one function a processor, named after it, whose docstring says what is seen."""


def _functions():
    from . import colour, dynamics, filters, levels, loops, movement, pitch, rooms, strips

    named = {}
    for module in (strips, filters, dynamics, colour, levels, loops, movement, pitch, rooms):
        named |= {name: each for name, each in vars(module).items()
                  if callable(each) and getattr(each, "is_picture", False)}
    return named


def captions():
    """What is seen on each, by name."""
    return {name: " ".join(each.__doc__.split()) for name, each in _functions().items()}


def drawings():
    """By name, what draws: called with the program, a folder for its files and the path of the picture."""
    from .lab import Lab
    from .paper import save

    return {name: lambda fohd, folder, path, each=each: save(each(Lab(fohd, folder)), path) for name, each in _functions().items()}
