using System.Runtime.InteropServices;

namespace Hearth.Lifetime;

/// <summary>
/// The ways a process is asked to end. The first Ctrl-C, SIGTERM or hangup asks to drain; a second Ctrl-C asks to end at once.
/// A supervised child leaves Ctrl-C to its supervisor (the terminal sends it to the whole group, and the order of draining matters)
/// and takes the end of its standard input as a request to drain, which also comes when the supervisor is gone.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals()
    {
        bool supervised = SupervisedChild.IsSupervised;
        Register(PosixSignal.SIGTERM, second: false);
        Register(PosixSignal.SIGHUP, second: false);
        if (supervised)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true));
            var watch = new Thread(DrainAtEndOfInput) { IsBackground = true, Name = "supervisor watch" };
            watch.Start();
        }
        else
        {
            Register(PosixSignal.SIGINT, second: true);
        }
    }

    /// <summary>Cancelled when the process should finish what it has and end.</summary>
    public CancellationToken Drain => _drain.Token;

    /// <summary>Cancelled when the process should end without finishing.</summary>
    public CancellationToken Kill => _kill.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        // The token sources stay: the watching thread may still cancel one while the process ends.
    }

    private void Register(PosixSignal signal, bool second) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (second && _drain.IsCancellationRequested)
        {
            _kill.Cancel();
        }

        _drain.Cancel();
    }));

    private void DrainAtEndOfInput()
    {
        try
        {
            using Stream input = Console.OpenStandardInput();
            Span<byte> ignored = stackalloc byte[64];
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe says the same as its end.
        }

        _drain.Cancel();
    }
}
