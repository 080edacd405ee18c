import { X509Certificate } from 'node:crypto';

/**
 * Clients' certificates as a proxy would hand them over, self-signed, good for a hundred years. Nobody has their keys any
 * more, and nobody needs them here: that a caller has the key is what the proxy checks.
 */

/** `C=SE, O=Exämple, Inc. + Co, CN=shop`, with an alternative name of each kind. */
export const shop = new X509Certificate(`-----BEGIN CERTIFICATE-----
MIICBjCCAaygAwIBAgIUHRzDPkbDHVASppIYNEr+X4Pydx0wCgYIKoZIzj0EAwIw
OjELMAkGA1UEBhMCU0UxHDAaBgNVBAoME0V4w6RtcGxlLCBJbmMuICsgQ28xDTAL
BgNVBAMMBHNob3AwIBcNMjYxMTI2MTIyNDI1WhgPMjEyNjExMDIxMjI0MjVaMDox
CzAJBgNVBAYTAlNFMRwwGgYDVQQKDBNFeMOkbXBsZSwgSW5jLiArIENvMQ0wCwYD
VQQDDARzaG9wMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnV+LB990khiBKDTE
iOZfnaklCXler4mebvaUFl+7GlhfxVB991ksLDj8lXg+nPkGDVDHO9X3ZHuqfOg6
i+HysKOBjTCBijBpBgNVHREEYjBgggxzaG9wLmV4YW1wbGWCDioud2lsZC5leGFt
cGxlhhZodHRwczovL3Nob3AuZXhhbXBsZS9hhwTAAAIHhxAgAQ24AAAAAAAAAAAA
AAAHgRBvcHNAc2hvcC5leGFtcGxlMB0GA1UdDgQWBBR260vj3jaTNla0EvoW2izp
vYJoYDAKBggqhkjOPQQDAgNIADBFAiAbhIZ1sZI+9jkId8ZrlF/T0YbA1Tzoeuno
lWIgIFdV8gIhAOmEBeZfS+Y6fx2GBwFiNTxPutdHDW9YobsiAVHzXRoo
-----END CERTIFICATE-----
`);

/** Its names are made to be read wrongly. */
export const impostor = new X509Certificate(`-----BEGIN CERTIFICATE-----
MIIBwzCCAWigAwIBAgIUeG2Yl4FoIiwCKmQJo3coDXyM70IwCgYIKoZIzj0EAwIw
LzELMAkGA1UEBhMCU0UxETAPBgNVBAoMCEV4w6RtcGxlMQ0wCwYDVQQDDARzaG9w
MCAXDTI2MTEyNjEyMjQyNVoYDzIxMjYxMTAyMTIyNDI1WjAvMQswCQYDVQQGEwJT
RTERMA8GA1UECgwIRXjDpG1wbGUxDTALBgNVBAMMBHNob3AwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAARLJ/8UmyUMNhrg9yN531ObUGcsOtfEeDUKKM6MAa0s7wbb
/SzxSkAs4Nc/Gy5zmpv+IH1AQpYI4FupRJbEpVUUo2AwXjA9BgNVHREENjA0hhd1
cm46eCwgRE5TOnNob3AuZXhhbXBsZYIZc2hvcC5leGFtcGxlLmV2aWwuZXhhbXBs
ZTAdBgNVHQ4EFgQUx+0YJPyDq3Oe/rhFkU6fHCdEBBwwCgYIKoZIzj0EAwIDSQAw
RgIhALawE9IQlY7z+5Fugyyi86METgxzwd9+VsYxsERGHWo5AiEAv9/GqK0HpK9N
Y5pHRYLiLQQkV5JVFganECXVjjFyj84=
-----END CERTIFICATE-----
`);

/** A subject of a name with two attributes, and an e-mail address. */
export const multi = new X509Certificate(`-----BEGIN CERTIFICATE-----
MIIBvTCCAWSgAwIBAgIUXcIb2o0630OWsZYN4G+oz27U60MwCgYIKoZIzj0EAwIw
RzELMAkGA1UEBhMCU0UxFzAIBgNVBAUTATcwCwYDVQQDDARzaG9wMR8wHQYJKoZI
hvcNAQkBFhBvcHNAc2hvcC5leGFtcGxlMCAXDTI2MTEyNjEyMjQyNVoYDzIxMjYx
MTAyMTIyNDI1WjBHMQswCQYDVQQGEwJTRTEXMAgGA1UEBRMBNzALBgNVBAMMBHNo
b3AxHzAdBgkqhkiG9w0BCQEWEG9wc0BzaG9wLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATBFDu5ouai7pWweuCDXvASkY0DCX6PI/joCMnuntz/HTW4
aVA+3XoumOJ8ZmMuaxuhNi2yTRfiLmElDJRwXirmoywwKjAJBgNVHRMEAjAAMB0G
A1UdDgQWBBRLqDDE7xlbWM1GjI2m3BHNo7yfzTAKBggqhkjOPQQDAgNHADBEAiBy
rELsV6A7VwbZ53zYWoawx3C67gAQDiwOUajzTsGt7QIgGCxxwQIZBWzlNAzoBcEf
3QtonBf4Y7efHphc2ZOsX1A=
-----END CERTIFICATE-----
`);

/** As nginx hands it over: `$ssl_client_escaped_cert`. */
export const escapedPem = (certificate: X509Certificate): string => encodeURIComponent(certificate.toString());

/** RFC 9440. */
export const clientCert = ({ raw }: X509Certificate): string => `:${raw.toString('base64')}:`;
