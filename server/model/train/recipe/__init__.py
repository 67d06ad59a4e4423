"""The recipe of splitrank's own models: data, training, export."""
