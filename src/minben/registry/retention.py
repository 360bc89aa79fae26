"""How long this room keeps what."""

from minben.base.retention import stays

stays("registry.Agency", "registry.DataSet", "registry.Processing")
