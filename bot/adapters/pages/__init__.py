"""The record of chats as a folder of static pages, which work offline, in print and on any web server."""
