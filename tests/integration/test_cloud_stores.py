# SPDX-License-Identifier: Apache-2.0
"""droverctl with its secrets in a cloud, over TLS: settings one by one, then set, list, delete; what is wrong is said with exit 5."""
import json
import unittest

import programs
from clouds import Clouds

SECRET = "cr_planted0cloud0secret0value0aaaa"


class CloudStores(unittest.TestCase):
    def setUp(self):
        self.clouds = Clouds(self)

    def workspace(self, cloud, settings, environment):
        """A workspace whose store is the cloud's; gives a function that runs droverctl in it."""
        place = self.clouds.place / cloud

        def ctl(*words, stdin="", code=0):
            answer = programs.run("droverctl", ["--workspace", place, "--json", *words], stdin=stdin,
                                  environment=programs.clean_environment(**environment))
            self.assertEqual(answer.code, code, answer)
            self.assertNotIn(SECRET, answer.out + answer.err)
            return answer

        ctl("init", "--secrets", cloud)
        for name, value in {**settings, "ca_file": self.clouds.authority}.items():
            ctl("config", "set", f"{cloud}.{name}", str(value))
        return ctl

    def everything(self, ctl):
        ctl("secrets", "set", "smtp-password", stdin=SECRET)
        ctl("secrets", "set", "smtp-password", stdin=SECRET + "2")  # a new version
        self.assertEqual(ctl("secrets", "list").json["secrets"], ["smtp-password"])
        ctl("secrets", "delete", "smtp-password")
        self.assertEqual(ctl("secrets", "list").json["secrets"], [])
        for name, content in programs.snapshot(self.clouds.place).items():
            self.assertNotIn(SECRET.encode(), content, name)

    def test_aws(self):
        login = self.clouds.logins["aws"]
        settings = {"region": login["region"], "endpoint": self.clouds.urls["aws"], "access_key_id": login["access_key_id"],
                    "secret_access_key": "env:AWS_KEY"}
        self.everything(self.workspace("aws", settings, {"AWS_KEY": login["secret_access_key"]}))

    def test_gcp(self):
        login = self.clouds.logins["gcp"]
        account = self.clouds.place / "account.json"
        account.touch(mode=0o600)
        account.write_text(json.dumps(login["credentials"]))
        settings = {"project": login["project"], "endpoint": self.clouds.urls["gcp"], "credentials": f"file:{account}"}
        self.everything(self.workspace("gcp", settings, {}))

    def test_azure(self):
        login = self.clouds.logins["azure"]
        settings = {"vault_url": self.clouds.urls["azure"], "client_id": login["client_id"], "client_secret": "env:AZURE_SECRET",
                    "authority": self.clouds.urls["azure"]}
        self.everything(self.workspace("azure", settings, {"AZURE_SECRET": login["client_secret"]}))

    def test_what_is_wrong_is_said(self):
        login = self.clouds.logins["aws"]
        settings = {"region": login["region"], "endpoint": self.clouds.urls["aws"], "access_key_id": login["access_key_id"]}
        ctl = self.workspace("aws", settings, {"AWS_KEY": "planted-wrong-key"})
        self.assertIn("aws.secret_access_key", ctl("secrets", "list", code=5).out)
        ctl("config", "set", "aws.secret_access_key", "env:AWS_KEY")
        answer = ctl("secrets", "list", code=5)
        self.assertEqual(answer.error["code"], "unauthorized")
        self.assertNotIn("planted", answer.out + answer.err)
        ctl("config", "set", "aws.ca_file", str(self.clouds.place / "s.pem"))  # an authority that did not sign
        self.assertEqual(ctl("secrets", "list", code=5).error["code"], "network")


if __name__ == "__main__":
    unittest.main()
