using System.Text;
using Hearth.Wire.Protobuf;

namespace Hearth.Query.FlameGraphs;

/// <summary>
/// Writes a layout in the stack order of Pyroscope's tree format: per node the length of its name, the name, its self value and its
/// number of children, all numbers LEB128; the last child comes first. The root has no name. Totals are not stored.
/// </summary>
internal static class TreeBytes
{
    /// <summary>The bytes of a layout; none when it holds nothing.</summary>
    public static byte[] Encode(FlameGraphLayout layout)
    {
        if (layout.Nodes.Length == 1)
        {
            return [];
        }

        ProtoWriter writer = new(layout.Nodes.Length * 24);
        Stack<int> open = new();
        open.Push(0);
        byte[] name = new byte[256];
        while (open.TryPop(out int at))
        {
            ref LayoutNode node = ref layout.Nodes[at];
            string text = at == 0 ? "" : layout.Names[node.Name];
            int most = Encoding.UTF8.GetMaxByteCount(text.Length);
            if (most > name.Length)
            {
                name = new byte[most];
            }

            int length = Encoding.UTF8.GetBytes(text, name);
            writer.Varint((ulong)length);
            writer.Raw(name.AsSpan(0, length));
            writer.Varint((ulong)node.Self);
            writer.Varint((ulong)node.ChildCount);
            for (int child = 0; child < node.ChildCount; child++)
            {
                open.Push(node.FirstChild + child);
            }
        }

        return writer.Written.ToArray();
    }
}
