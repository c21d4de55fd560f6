"""One module per migration, in numerical order. A released migration's statements are never edited."""
