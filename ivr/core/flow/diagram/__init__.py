"""Pictures of a flow, drawn from the same model that the machine runs.

Start with `chart` (a `Flow` to boxes and ways), then `mermaid` (text for wikis and pull requests) or `svg` (a picture
for the wall; `layout` says where things stand). This folder may import the flow's model. Why a chart between the flow
and its pictures: what is shown is decided once, so that no picture can leave out an exit that another has.
"""
