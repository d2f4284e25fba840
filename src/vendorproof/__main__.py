"""`python -m vendorproof` is `vendorproof`."""

from vendorproof.cli import main

main()
