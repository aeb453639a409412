"""The remote form of `call`: one framing over any stream socket.

frame    a length, a JSON header, and where the header says `"body": true` an Arrow IPC stream in chunks
server   answers the frames of one peer with the operations of a caller
client   a `Caller` at the other end
"""
