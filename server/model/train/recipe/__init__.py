"""The recipe of splitrank's own cross-encoders: data, training, export."""
