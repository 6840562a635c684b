"""The demo documents of the fictional 云泽市, their manifest and their questions."""
