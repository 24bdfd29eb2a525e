"""The custom CNN of the fusulinid study."""
