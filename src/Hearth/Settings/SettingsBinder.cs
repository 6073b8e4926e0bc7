using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Hearth.Settings;

/// <summary>
/// Fills an options object from a <see cref="SettingSet"/> and checks it. The key of a property is the prefix and the property's name in
/// upper case with underscores (<c>HEARTH_INGEST</c> + <c>QueueProfilesMax</c> = <c>HEARTH_INGEST_QUEUE_PROFILES_MAX</c>); options inside
/// options add their property's name. Every mistake is collected, none stops the others from being seen.
/// </summary>
internal static class SettingsBinder
{
    private const int NestingMax = 4;

    /// <summary>Binds and validates; mistakes go to the list.</summary>
    public static T Bind<T>(T options, string prefix, SettingSet settings, MistakeList mistakes)
        where T : class
    {
        BindObject(options, prefix, settings, mistakes, 0);
        return options;
    }

    /// <summary>The environment variable that sets a property under a prefix.</summary>
    public static string KeyOf(string prefix, string property)
    {
        var key = new StringBuilder(prefix).Append('_');
        for (int i = 0; i < property.Length; i++)
        {
            bool startsWord = i > 0 && char.IsUpper(property[i])
                && (!char.IsUpper(property[i - 1]) || (i + 1 < property.Length && char.IsLower(property[i + 1])));
            if (startsWord)
            {
                key.Append('_');
            }

            key.Append(char.ToUpperInvariant(property[i]));
        }

        return key.ToString();
    }

    private static void BindObject(object options, string prefix, SettingSet settings, MistakeList mistakes, int depth)
    {
        var notSet = new HashSet<string>(StringComparer.Ordinal);
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0)
            {
                continue;
            }

            string key = KeyOf(prefix, property.Name);
            if (property.CanWrite && IsScalar(property.PropertyType))
            {
                if (settings.TryGet(key, out SettingSource source) && !TrySet(options, property, source, mistakes))
                {
                    notSet.Add(property.Name);
                }
            }
            else if (depth < NestingMax && IsOptions(property.PropertyType) && property.GetValue(options) is { } inner)
            {
                BindObject(inner, key, settings, mistakes, depth + 1);
            }
        }

        var results = new List<ValidationResult>();
        var validation = new ValidationContext(options);
        if (!Validator.TryValidateObject(options, validation, results, validateAllProperties: true) && options is IValidatableObject whole)
        {
            // The validator leaves these out when an annotation failed; people want all of them.
            results.AddRange(whole.Validate(validation));
        }

        foreach (ValidationResult result in results)
        {
            string property = result.MemberNames.FirstOrDefault() ?? "";
            if (!notSet.Contains(property))
            {
                mistakes.Add(Describe(prefix, property, result.ErrorMessage ?? "is not valid", settings));
            }
        }
    }

    private static string Describe(string prefix, string property, string message, SettingSet settings)
    {
        if (property.Length == 0)
        {
            return message;
        }

        string key = KeyOf(prefix, property);
        string sentence = message.Replace($"The field {property} ", "", StringComparison.Ordinal)
            .Replace($"The {property} field ", "", StringComparison.Ordinal);
        return settings.TryGet(key, out SettingSource source) ? $"{source.Origin} {source.Value}: {sentence}" : $"{key}: {sentence}";
    }

    private static bool IsScalar(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum || plain == typeof(string) || plain == typeof(int) || plain == typeof(long) || plain == typeof(double)
            || plain == typeof(bool) || plain == typeof(TimeSpan) || plain == typeof(Uri);
    }

    private static bool IsOptions(Type type) =>
        type.IsClass && type.Namespace?.StartsWith("Hearth", StringComparison.Ordinal) == true;

    private static bool TrySet(object options, PropertyInfo property, SettingSource source, MistakeList mistakes)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        (object? value, string expected) = Parse(type, source.Value.Trim());
        if (value is null)
        {
            mistakes.Add($"{source.Origin} {source.Value}: must be {expected}");
            return false;
        }

        property.SetValue(options, value);
        return true;
    }

    private static (object? Value, string Expected) Parse(Type type, string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(string))
        {
            return (text, "text");
        }

        if (type == typeof(int))
        {
            return (int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int i) ? i : null, "a whole number");
        }

        if (type == typeof(long))
        {
            return (long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long l) ? l : null, "a whole number");
        }

        if (type == typeof(double))
        {
            return (double.TryParse(text, NumberStyles.Float, culture, out double d) && double.IsFinite(d) ? d : null, "a number");
        }

        if (type == typeof(bool))
        {
            bool? answer = text switch
            {
                "1" or "true" or "on" or "yes" => true,
                "0" or "false" or "off" or "no" => false,
                _ => null,
            };
            return (answer, "true or false");
        }

        if (type == typeof(TimeSpan))
        {
            return (Duration.TryParse(text, out TimeSpan span) ? span : null, "a time such as 500ms, 15s, 5m, 1h or 7d");
        }

        if (type == typeof(Uri))
        {
            bool ok = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https";
            return (ok ? uri : null, "an address such as http://127.0.0.1:8123");
        }

        bool known = Enum.TryParse(type, text, ignoreCase: true, out object? member) && Enum.IsDefined(type, member!);
        return (known ? member : null, "one of " + string.Join(", ", Enum.GetNames(type)));
    }
}
