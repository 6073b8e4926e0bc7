using Hearth.Profiles.Model;
using Xunit;

namespace Hearth.Ingest.Tests.Shaping;

public sealed class ProfileIdentityTests
{
    [Fact]
    public void Identity_SameContentWithOtherIndices_IsTheSame()
    {
        UInt128 plain = IdentityOf(builder => { });
        UInt128 shifted = IdentityOf(builder =>
        {
            builder.Stack("unused", "frames");
            builder.Attributes(("unused", 1));
            builder.Document.Symbols.Strings.Intern("unused too");
        });

        Assert.Equal(plain, shifted);
    }

    [Theory]
    [InlineData("value")]
    [InlineData("stack")]
    [InlineData("pid")]
    [InlineData("start")]
    [InlineData("type")]
    [InlineData("thread")]
    [InlineData("span")]
    public void Identity_OtherContent_IsAnother(string what)
    {
        Assert.NotEqual(IdentityOf(_ => { }), IdentityOf(_ => { }, what));
    }

    [Fact]
    public void Identity_IdOfTheSender_StandsForTheContent()
    {
        UInt128 first = IdentityOf(_ => { }, "value", id: 5);
        UInt128 second = IdentityOf(_ => { }, "stack", id: 5);
        Assert.Equal(first, second);
        Assert.NotEqual(first, IdentityOf(_ => { }, "stack", id: 6));
    }

    [Fact]
    public void Identity_EqualProfilesInOneRequest_AreTwoAndTheSameTwoWhenSentAgain()
    {
        UInt128[] first = Twice();
        UInt128[] second = Twice();

        Assert.NotEqual(first[0], first[1]);
        Assert.Equal(first, second);

        static UInt128[] Twice()
        {
            DocumentBuilder builder = new();
            int stack = builder.Stack("leaf");
            for (int i = 0; i < 2; i++)
            {
                builder.Sample(builder.Profile(builder.Group(("service.name", "shop")), ShapingFixture.Now), stack, 1);
            }

            return [.. new ShapingFixture().Shape(builder.Document).Pieces.Span.ToArray().Select(piece => piece.Identity)];
        }
    }

    private static UInt128 IdentityOf(Action<DocumentBuilder> before, string change = "", UInt128 id = default)
    {
        DocumentBuilder builder = new();
        before(builder);
        ProfileGroup group = builder.Group(("service.name", "shop"), ("process.pid", change == "pid" ? 2 : 1));
        Profile profile = builder.Profile(
            group, ShapingFixture.Now.AddMilliseconds(change == "start" ? 1 : 0), change == "type" ? "off_cpu" : "cpu");
        profile.ProfileId = id;
        builder.Sample(
            profile,
            builder.Stack(change == "stack" ? "other" : "leaf", "main"),
            change == "value" ? 8 : 7,
            builder.Attributes(("thread.name", change == "thread" ? "b" : "a")),
            builder.Link(change == "span" ? 2ul : 1ul));
        return new ShapingFixture().Shape(builder.Document).Pieces[0].Identity;
    }
}
