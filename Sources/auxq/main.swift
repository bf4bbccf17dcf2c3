import Glibc

exit(Composition.run())
