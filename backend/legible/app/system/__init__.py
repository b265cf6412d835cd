"""The service about itself: health, metrics, documents, the built page, starting."""
