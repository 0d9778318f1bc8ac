// Package notices writes letters of a library in the reader's language.
package notices

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"text/template"
)

//go:embed templates/*/*.txt
var files embed.FS

const folder = "templates"

// fallback is the language of readers whose own has no such notice.
const fallback = "en"

// Reader is somebody who is written to.
type Reader struct {
	Name     string
	Language string
}

// Languages lists those that have the notice, in order.
func Languages(notice string) ([]string, error) {
	folders, err := fs.ReadDir(files, folder)
	if err != nil {
		return nil, fmt.Errorf("languages: %w", err)
	}
	var found []string
	for _, entry := range folders {
		if _, err := fs.Stat(files, place(entry.Name(), notice)); err == nil {
			found = append(found, entry.Name())
		}
	}
	sort.Strings(found)
	return found, nil
}

// Write makes the letter of a notice with what it needs to know.
func Write(reader Reader, notice string, facts map[string]any) (string, error) {
	text, err := files.ReadFile(place(reader.Language, notice))
	if err != nil {
		text, err = files.ReadFile(place(fallback, notice))
	}
	if err != nil {
		return "", fmt.Errorf("there is no notice %q", notice)
	}
	money := func(cents int) string { return amount(reader.Language, cents) }
	letter, err := template.New(notice).Funcs(template.FuncMap{"money": money}).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return "", err
	}
	all := map[string]any{"Name": reader.Name}
	for name, fact := range facts {
		all[name] = fact
	}
	var out strings.Builder
	if err := letter.Execute(&out, all); err != nil {
		return "", err
	}
	return out.String(), nil
}

func place(language, notice string) string {
	return path.Join(folder, language, notice+".txt")
}

func amount(language string, cents int) string {
	point := "."
	if language == "de" {
		point = ","
	}
	return fmt.Sprintf("%d%s%02d", cents/100, point, cents%100)
}
