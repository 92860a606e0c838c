"""The official Python SDK talks to heal-mcp: py_client.py HEAL_MCP MODE PROJECT; MODE: legacy, or a protocol version"""
import asyncio, sys, json
import mcp_types as types
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.client import Client

async def main(program, mode, project):
    asked = []
    async def elicit(context, params):
        asked.append(params.message)
        return types.ElicitResult(action="accept", content={"approve": True})
    seen = []
    async def progress(p, total, message):
        seen.append(message)
    import os
    params = StdioServerParameters(command=program, args=["--command", "make", project], env=dict(os.environ))
    async with Client(stdio_client(params), mode=mode, elicitation_callback=elicit) as client:
        print("protocol", client.protocol_version)
        tools = (await client.list_tools()).tools
        print("tools", len(tools), tools[0].name)
        log = open(project + "/log").read()
        r = await client.call_tool("analyze", {"text": log})
        print("analyze", r.is_error, len(r.structured_content["incidents"]))
        r = await client.call_tool("trigger_healing_session", {"command": "make"}, progress_callback=progress)
        print("session", r.is_error, r.structured_content["session"]["status"], "asked", len(asked))
        r = await client.call_tool("undo", {})
        print("undo", r.structured_content["undone"])
        r = await client.call_tool("detect", {})
        print("detect without text", r.is_error, r.content[0].text)
        print("resources", len((await client.list_resources()).resources), len((await client.list_resource_templates()).resource_templates))
        got = await client.read_resource("heal://reports/last")
        print("resource", json.loads(got.contents[0].text)["environment"])
        print("prompts", [p.name for p in (await client.list_prompts()).prompts])
        got = await client.get_prompt("diagnose", {"log": "x"})
        print("prompt", got.messages[0].role)
        print("progress", len(seen) > 0)
asyncio.run(main(*sys.argv[1:]))
