"""A small client of obs-websocket 5 (RPC version 1), for a server without a password on loopback."""

import base64
import collections
import json
import os
import socket
import struct
import time

from .process import DriverError

NOT_READY = 207

EVENTS_VENDORS = 1 << 9


class RequestFailed(DriverError):
    def __init__(self, request, status):
        super().__init__(f"{request}: {status.get('comment', '')} ({status.get('code')})")
        self.code = status.get("code")


class ObsWebSocket:
    def __init__(self, port, events=EVENTS_VENDORS, seconds=5.0):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._input = b""
        self._next_id = 0
        self.events = collections.deque()
        try:
            self._handshake(port)
            self._receive_op(0, seconds)
            self._send({"op": 1, "d": {"rpcVersion": 1, "eventSubscriptions": events}})
            self._receive_op(2, seconds)
        except BaseException:
            self._socket.close()
            raise

    def _handshake(self, port):
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            (
                f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: obswebsocket.json\r\n\r\n"
            ).encode()
        )
        while b"\r\n\r\n" not in self._input:
            self._fill()
        head, self._input = self._input.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 101"):
            raise DriverError(f"obs-websocket refuses: {head.splitlines()[0].decode()}")

    def _fill(self):
        data = self._socket.recv(65536)
        if not data:
            raise DriverError("obs-websocket closed the connection")
        self._input += data

    def _take(self, count):
        while len(self._input) < count:
            self._fill()
        data, self._input = self._input[:count], self._input[count:]
        return data

    def _send_frame(self, opcode, payload):
        mask = os.urandom(4)
        length = len(payload)
        if length < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
        elif length < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, length)
        body = bytes(byte ^ mask[i & 3] for i, byte in enumerate(payload))
        self._socket.sendall(head + mask + body)

    def _send(self, message):
        self._send_frame(1, json.dumps(message).encode())

    def _receive(self, seconds):
        """The next message; pings are answered on the way."""
        end = time.monotonic() + seconds
        text = b""
        while True:
            self._socket.settimeout(max(0.001, end - time.monotonic()))
            first, second = self._take(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self._take(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._take(8))
            payload = self._take(length)
            opcode = first & 0x0F
            if opcode == 9:
                self._send_frame(10, payload)
            elif opcode == 8:
                raise DriverError(f"obs-websocket ended the session: {payload[2:].decode(errors='replace')}")
            elif opcode in (0, 1, 2):
                text += payload
                if first & 0x80:
                    return json.loads(text)

    def _receive_op(self, op, seconds):
        while True:
            message = self._receive(seconds)
            if message["op"] == op:
                return message["d"]
            if message["op"] == 5:
                self.events.append(message["d"])

    def request(self, kind, seconds=10.0, **data):
        """Answer of a request; waits while OBS says that it is not ready yet."""
        end = time.monotonic() + seconds
        while True:
            self._next_id += 1
            name = str(self._next_id)
            self._send({"op": 6, "d": {"requestType": kind, "requestId": name, "requestData": data}})
            answer = self._receive_op(7, max(0.1, end - time.monotonic()))
            while answer["requestId"] != name:
                answer = self._receive_op(7, max(0.1, end - time.monotonic()))
            status = answer["requestStatus"]
            if status["result"]:
                return answer.get("responseData") or {}
            if status["code"] != NOT_READY or time.monotonic() > end:
                raise RequestFailed(kind, status)
            time.sleep(0.05)

    def vendor(self, request, **data):
        """Answer of one of the plugin's own requests."""
        answer = self.request("CallVendorRequest", vendorName="livextrem", requestType=request, requestData=data)
        return answer.get("responseData") or {}

    def wait_event(self, wanted, seconds=10.0):
        """The first event for which `wanted` is true; those before it are dropped."""
        end = time.monotonic() + seconds
        while True:
            while self.events:
                event = self.events.popleft()
                if wanted(event):
                    return event
            try:
                message = self._receive(max(0.001, end - time.monotonic()))
            except socket.timeout as error:
                raise DriverError(f"no such event within {seconds:g} s") from error
            if message["op"] == 5:
                self.events.append(message["d"])

    def close(self):
        """Says goodbye: a client that just vanishes delays OBS's exit by five seconds."""
        try:
            self._send_frame(8, struct.pack("!H", 1000))
            self._socket.settimeout(2)
            while self._socket.recv(65536):
                pass
        except OSError:
            pass
        self._socket.close()
