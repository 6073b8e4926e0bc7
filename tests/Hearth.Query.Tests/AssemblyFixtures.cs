using Hearth.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(EngineFixture))]
