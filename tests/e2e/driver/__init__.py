"""Drives a real OBS with the plugin, a real (if invisible) screen and the simulator. Python's standard library only.

display     a screen without a monitor: Xvfb, a window manager, mouse, pictures
obs         OBS's settings folder, its process, its log
rtmp        what OBS streams to
websocket   obs-websocket: requests, vendor requests, events
simulator   the Twitch simulator and its control port
case        what every end-to-end test starts from
"""
