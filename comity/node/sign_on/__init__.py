"""Sign-on through an organisation's identity provider: who it says somebody is, by OIDC or SAML.

What comes of it is a subject, a name that the provider gives to one person for ever. Which account
is tied to it, and what else a person needs to sign in, is for ``comity.web.sign_on``.
"""
